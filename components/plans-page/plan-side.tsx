"use client";

import { IconClock, IconRobot, IconShield, IconShieldX, IconUser, IconUserCheck, IconUserX } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { roleAtLeast } from "../../server/identity/domain/roles.ts";
import type { PlanDto } from "../../server/api/shapes/index.ts";
import { number } from "../ui/format.ts";
import { Time } from "../ui/time.tsx";
import { Link } from "../ui/link.tsx";
import { useNow } from "../ui/parts.tsx";
import { Glyph, type Meaning } from "../ui/status.tsx";
import { useRole } from "../ui/use-role.ts";
import { PlanMap } from "./plan-map.tsx";
import { risksOf, type PlanRisk } from "./prepare-detail.ts";
import { expiryOf, isWaiting, listOf, shortName } from "./prepare.ts";

/** Beside the plan: where it goes, what could go wrong, who has said what. */
export function PlanSide({ plan }: { plan: PlanDto }) {
  return (
    <aside className="planside" aria-label="Way, risks and approvals">
      <PlanMap plan={plan} />
      <Risks plan={plan} />
      <hr />
      <Approvals plan={plan} />
    </aside>
  );
}

const SEVERITIES: Readonly<Record<string, Meaning>> = { info: "ok", warning: "warn", critical: "crit" };
const riskTitle = (code: string): string => {
  const words = code.replaceAll("-", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
};

function Risks({ plan }: { plan: PlanDto }) {
  const risks = risksOf(plan);
  const several = plan.moves.length > 1;
  const worst = risks[0]?.severity;
  const level = worst === "critical" ? "high" : worst === "warning" ? "some" : "low";
  return (
    <section>
      <h2 className="hd" style={{ marginBottom: 6 }}>
        Risks <span className="sub">{risks.length === 0 ? "none found" : level}</span>
      </h2>
      <ul className="risks">
        {risks.map(({ code, severity, said: [first, ...rest] }) => (
          <li key={`${code} ${severity}`}>
            <Glyph meaning={SEVERITIES[severity] ?? "neutral"} />
            <div>
              <span className="m">
                {riskTitle(code)}
                <span className="sr"> ({severity})</span>
              </span>
              {first ? <Said said={first} isNamed={several} /> : null}
              {rest.length === 0 ? null : (
                <details className="f12">
                  <summary className="link">{rest.length} more</summary>
                  {rest.map((said) => (
                    <Said key={said.message} said={said} isNamed />
                  ))}
                </details>
              )}
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Said({ said, isNamed }: { said: PlanRisk["said"][number]; isNamed: boolean }) {
  return (
    <p className="f12 t2">
      {isNamed ? <span className="t3">{listOf(said.components.map(shortName), 3)}: </span> : null}
      {said.message}
    </p>
  );
}

function Approvals({ plan }: { plan: PlanDto }) {
  const now = useNow(1_000);
  const expiry = expiryOf(plan, now);
  const waits = isWaiting(plan);
  return (
    <section>
      <div className="row sb">
        <h2 className="hd">Approvals</h2>
        {waits ? (
          <span className="row g4 f12 t2">
            <IconClock size={13} stroke={1.6} aria-hidden="true" />
            {expiry.words}
          </span>
        ) : null}
      </div>
      {waits ? (
        <div className="bar expiry" aria-hidden="true">
          <span style={{ width: `${expiry.share * 100}%`, background: "var(--plan)" }} />
        </div>
      ) : null}
      <Timeline plan={plan} />
    </section>
  );
}

function Timeline({ plan }: { plan: PlanDto }) {
  const { decision, guardRails } = plan;
  const failing = guardRails.filter(({ ok }) => !ok);
  return (
    <ol className="timeline">
      <Entry
        icon={<IconRobot size={14} stroke={1.6} />}
        title={`Proposed by ${plan.proposedBy.kind === "system" ? `the ${plan.proposedBy.name}` : plan.proposedBy.name}`}
        at={plan.createdAt}
      >
        Policy {plan.policy}, generation {plan.policyGeneration}
        {plan.gap.percent === null ? "" : `, gap to best ${number(plan.gap.percent)} %`}
      </Entry>
      {guardRails.length === 0 ? null : (
        <Entry
          icon={failing.length === 0 ? <IconShield size={14} stroke={1.6} /> : <IconShieldX size={14} stroke={1.6} />}
          title={`${guardRails.length - failing.length} of ${guardRails.length} guard rails pass`}
          at={plan.createdAt}
        >
          {failing.length === 0 ? "They bind automatic moves." : failing.map(({ message }) => message).join(" ")}
        </Entry>
      )}
      {decision ? (
        <Entry
          icon={decision.kind === "approved" ? <IconUserCheck size={14} stroke={1.6} /> : <IconUserX size={14} stroke={1.6} />}
          title={`${decision.by.name} ${decision.kind}`}
          at={decision.at}
        >
          {decision.reason === "" ? "No reason given" : `“${decision.reason}”`}
        </Entry>
      ) : null}
      {isWaiting(plan) ? <OpenPlace /> : null}
      {plan.supersededBy === null ? null : (
        <Entry icon={<IconRobot size={14} stroke={1.6} />} title="Planned again" at={plan.endedAt}>
          <Link className="link" href={`/plans/${plan.supersededBy}`}>
            {plan.supersededBy}
          </Link>
        </Entry>
      )}
    </ol>
  );
}

/** The reader's own place in the list, outlined while it is open. */
function OpenPlace() {
  const role = useRole();
  if (role === null) return null;
  return (
    <Entry
      icon={<IconUser size={14} stroke={1.6} />}
      title={roleAtLeast(role, "approver") ? `You, ${role}` : "An approver"}
      at={null}
      open
    >
      One approval is needed
    </Entry>
  );
}

function Entry({
  icon,
  title,
  at,
  open = false,
  children,
}: {
  icon: ReactNode;
  title: string;
  at: string | null;
  open?: boolean;
  children: ReactNode;
}) {
  return (
    <li className={open ? "open" : ""}>
      <span className="node" aria-hidden="true">
        {icon}
      </span>
      <span className="grow">
        <span className="row sb">
          <span className="m">{title}</span>
          {at === null ? null : (
            <span className="f12 t3">
              <Time at={at} as="minute" />
            </span>
          )}
        </span>
        <span className="f12 t2">{children}</span>
      </span>
    </li>
  );
}
