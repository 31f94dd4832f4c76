import type { Metadata } from "next";
import { cookies } from "next/headers";
import { SignInForm } from "../../components/sign-in/sign-in-form.tsx";
import { aboutThis } from "../../server/api/session.ts";

export const metadata: Metadata = { title: "Sign in" };

export default async function SignInPage({ searchParams }: { searchParams: Promise<{ next?: string }> }) {
  const theme = (await cookies()).get("geostitch-theme")?.value === "light" ? "light" : "dark";
  return <SignInForm next={(await searchParams).next ?? "/"} theme={theme} {...await aboutThis()} />;
}
