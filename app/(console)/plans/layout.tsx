import { PlansFrame } from "../../../components/plans-page/plans-frame.tsx";

export default function PlansLayout({ children }: { children: React.ReactNode }) {
  return <PlansFrame>{children}</PlansFrame>;
}
