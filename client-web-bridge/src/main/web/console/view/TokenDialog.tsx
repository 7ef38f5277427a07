import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { asksToken, type TokenQuestion } from "../store/server";

/** Asks for the server's token; whoever closes it goes on without. */
export function TokenDialog() {
  const dialog = useRef<HTMLDialogElement>(null);
  const shown = useRef<TokenQuestion | undefined>(undefined);
  const token = useSignal("");
  const question = asksToken.value;
  useEffect(() => {
    shown.current = question;
    if (!question) {
      dialog.current?.close();
    } else if (!dialog.current?.open) {
      dialog.current?.showModal();
    }
  }, [question]);
  const closed = () => {
    // What was closed for an answer is told late: the next question may stand there by then.
    if (!dialog.current?.open) {
      shown.current?.decline();
    }
  };
  const give = (event: Event) => {
    event.preventDefault();
    question?.give(token.value.trim());
    token.value = "";
  };
  return (
    <dialog ref={dialog} aria-labelledby="token-title" onClose={closed}>
      <form onSubmit={give}>
        <h2 id="token-title">This server asks for a token</h2>
        {question?.wasRefused && (
          <p class="trouble-line" role="alert">
            That token was refused.
          </p>
        )}
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
