import { Link } from "../components/ui/link.tsx";

export default function NotFound() {
  return (
    <main className="page alone">
      <h1 className="title">No such page</h1>
      <p className="t2">What was here may have been renamed or removed.</p>
      <Link className="ctl lg" href="/">
        To the map
      </Link>
    </main>
  );
}
