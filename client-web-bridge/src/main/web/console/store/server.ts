import { Code } from "@connectrpc/connect";
import { signal } from "@preact/signals";
import { Sideband, SidebandError } from "../../sideband-web/index";
import { keep, kept } from "./kept";

const TOKEN = "sideband.token";
const NO_TOKEN = "the server asks for a token: reload the page to type one";

/** What a person is asked while the server wants its token. Only the first answer counts. */
export interface TokenQuestion {
  /** The token that the page has was refused. */
  readonly wasRefused: boolean;
  give(token: string): void;
  /** Nobody gives one: the page goes on without, and asks no more. */
  decline(): void;
}

/** Set while a person is asked for the server's token. */
export const asksToken = signal<TokenQuestion | undefined>(undefined);

let token = kept(() => sessionStorage, TOKEN);
let answer: Promise<string> | undefined;

/** Asks a person, once for all who wait. The token lives as long as the browser's tab. */
function askForToken(): Promise<string> {
  answer ??= new Promise<string>((resolve, reject) => {
    const question: TokenQuestion = {
      wasRefused: token !== "",
      give: (given) => {
        if (isAnswered(question)) {
          token = given;
          keep(() => sessionStorage, TOKEN, given);
          answer = undefined;
          resolve(given);
        }
      },
      decline: () => {
        if (isAnswered(question)) {
          reject(new SidebandError(NO_TOKEN, "", Code.Unauthenticated, 0));
        }
      },
    };
    asksToken.value = question;
  });
  return answer;
}

/** Whether this answers the question that is asked; it is asked no more then. */
function isAnswered(question: TokenQuestion): boolean {
  const asked = asksToken.value === question;
  if (asked) {
    asksToken.value = undefined;
  }
  return asked;
}

export const sideband = new Sideband({ token, onUnauthenticated: askForToken });
