/** Kept by this browser, null: no longer. Where it keeps nothing, blocked or full, all goes on as if it did. */
export function keep(key: string, value: unknown): void {
  try {
    if (value === null) window.localStorage.removeItem(key);
    else window.localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // What is kept is a convenience: nobody is stopped because it is not.
  }
}
