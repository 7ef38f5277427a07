/** A place where the browser keeps texts; asked for anew each time, for a browser may refuse to give it. */
type Place = () => Storage;

/** What is kept under a name; empty if there is nothing, or nothing may be kept here. */
export function kept(place: Place, name: string): string {
  try {
    return place().getItem(name) ?? "";
  } catch {
    return "";
  }
}

/** Keeps it if the browser allows that; the page goes on either way. */
export function keep(place: Place, name: string, text: string): void {
  try {
    place().setItem(name, text);
  } catch {
    // It lasts as long as the page then.
  }
}

/** The object that is kept under a name as JSON; an empty one if there is none. */
export function keptObject(place: Place, name: string): object {
  try {
    const value: unknown = JSON.parse(kept(place, name));
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}
