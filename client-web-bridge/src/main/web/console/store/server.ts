import { signal } from "@preact/signals";
import { Sideband } from "../../sideband-web/index";
import { keep, kept } from "./kept";

const TOKEN = "sideband.token";

/** Set while a person is asked for the server's token. */
export const asksToken = signal<((token: string) => void) | undefined>(undefined);

let asked: Promise<string> | undefined;

/** Asks a person, once for all who wait. The token lives as long as the browser's tab. */
function askForToken(): Promise<string> {
  asked ??= new Promise<string>((resolve) => {
    asksToken.value = (token) => {
      keep(() => sessionStorage, TOKEN, token);
      asksToken.value = undefined;
      asked = undefined;
      resolve(token);
    };
  });
  return asked;
}

export const sideband = new Sideband({
  token: kept(() => sessionStorage, TOKEN),
  onUnauthenticated: askForToken,
});
