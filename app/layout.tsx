import "@fontsource-variable/geist";
import "@fontsource-variable/geist-mono";
import "./globals.css";
import type { Metadata } from "next";
import { cookies } from "next/headers";

export const metadata: Metadata = {
  title: { default: "Geostitch", template: "%s · Geostitch" },
  description: "Where each component runs, and its moves",
};

/** The theme is a cookie, so that the first byte already has it and nothing flashes. */
export default async function RootLayout({ children }: { children: React.ReactNode }) {
  const theme = (await cookies()).get("geostitch-theme")?.value === "light" ? "light" : "dark";
  return (
    <html lang="en" data-theme={theme}>
      <body>{children}</body>
    </html>
  );
}
