import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { asksToken } from "../store/server";

/** Asks for the server's token; the page cannot go on without. */
export function TokenDialog() {
  const dialog = useRef<HTMLDialogElement>(null);
  const token = useSignal("");
  const asks = asksToken.value !== undefined;
  useEffect(() => {
    if (asks) {
      dialog.current?.showModal();
    } else {
      dialog.current?.close();
    }
  }, [asks]);
  const give = (event: Event) => {
    event.preventDefault();
    asksToken.value?.(token.value.trim());
    token.value = "";
  };
  return (
    <dialog ref={dialog} aria-labelledby="token-title" onCancel={(event) => event.preventDefault()}>
      <form onSubmit={give}>
        <h2 id="token-title">This server asks for a token</h2>
        <p class="faint">One of its tokens file. It is kept until this tab is closed.</p>
        <input
          type="password"
          required
          aria-label="Token"
          autocomplete="off"
          value={token.value}
          onInput={(event) => (token.value = event.currentTarget.value)}
        />
        <button class="accent">Go on</button>
      </form>
    </dialog>
  );
}
