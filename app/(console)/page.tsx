import { MapPage } from "../../components/world-map/map-page.tsx";

export default function Page() {
  return <MapPage />;
}
