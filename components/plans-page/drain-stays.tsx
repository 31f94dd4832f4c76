import type { PlanDto } from "../../server/api/shapes/index.ts";
import { Link } from "../ui/link.tsx";
import type { PlaceNames } from "../ui/place-name.tsx";

/** What a plan that empties a data centre leaves there, and why. */
export function DrainStays({ plan, nameOf }: { plan: PlanDto; nameOf: PlaceNames }) {
  if (plan.drain === null || plan.drain.stays.length === 0) return null;
  return (
    <section className="card pad col" style={{ gap: 8 }}>
      <h2 className="hd">
        Stays in {nameOf(plan.drain.dataCenter)} <span className="sub">{plan.drain.stays.length}</span>
      </h2>
      {plan.drain.stays.map(({ component, message }) => (
        <span key={component} className="row g8 wrap">
          <Link className="link" href={`/components/${component}`}>
            {component}
          </Link>
          <span className="t2">{message}</span>
        </span>
      ))}
    </section>
  );
}
