import { currentPreferences, setPreferences } from "../ui/preferences.ts";

export type Theme = "dark" | "light";

/** The theme is a cookie, so that the next page's first byte has it; whoever draws by hand hears of it by an event. */
export function setTheme(theme: Theme): void {
  document.cookie = `geostitch-theme=${theme};path=/;max-age=31536000;samesite=lax`;
  document.documentElement.dataset["theme"] = theme;
  window.dispatchEvent(new Event("geostitch-theme"));
}

export const toggleZone = (): void => setPreferences({ zone: currentPreferences().zone === "utc" ? "local" : "utc" });

export const currentTheme = (): Theme => (document.documentElement.dataset["theme"] === "light" ? "light" : "dark");

export async function signOut(): Promise<void> {
  await fetch("/api/auth/sign-out", { method: "POST", headers: { "content-type": "application/json" }, body: "{}" });
  window.location.assign("/sign-in");
}
