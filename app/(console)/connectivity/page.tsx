import type { Metadata } from "next";
import { ConnectivityPage } from "../../../components/connectivity-page/connectivity.tsx";

export const metadata: Metadata = { title: "Connectivity" };

export default function Page() {
  return <ConnectivityPage />;
}
