/** A plain link: it is part of every page's first load, and a link that keeps the moment would bring its libraries a second time. */
export default function NotFound() {
  return (
    <main className="page alone">
      <h1 className="title">No such page</h1>
      <p className="t2">What was here may have been renamed or removed.</p>
      <a className="ctl lg" href="/">
        To the map
      </a>
    </main>
  );
}
