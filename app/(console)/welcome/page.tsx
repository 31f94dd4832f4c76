import type { Metadata } from "next";
import { WelcomePage } from "../../../components/welcome/welcome.tsx";

export const metadata: Metadata = { title: "Welcome" };

export default function Page() {
  return <WelcomePage />;
}
