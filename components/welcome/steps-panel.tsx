"use client";

import { IconCheck, IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "../trpc/client.ts";
import { Link } from "../ui/link.tsx";
import { CommandLine, Loading } from "../ui/parts.tsx";
import { Glyph } from "../ui/status.tsx";
import { Time } from "../ui/time.tsx";
import type { Step } from "./prepare.ts";

interface StepsPanelProps {
  readonly steps: readonly Step[];
  readonly lab: boolean;
  readonly counts: { readonly components: number; readonly places: number };
  /** A component of this installation, for the command. */
  readonly example: string;
  readonly close: () => void;
}

/** Five steps, the first open one with its one button and key. */
export function StepsPanel({ steps, lab, counts, example, close }: StepsPanelProps) {
  const current = steps.find((step) => !step.done) ?? null;
  const done = steps.filter((step) => step.done).length;
  return (
    <section className="panel float welcome" aria-label="First steps">
      <div className="row sb">
        <h1 className="f16 s">{lab ? "Five steps with real traffic" : "Five steps to your own world"}</h1>
        <button type="button" className="ctl ghost icon" onClick={close} aria-label="Close the first steps">
          <IconX size={16} stroke={1.6} aria-hidden="true" />
        </button>
      </div>
      <p className="t2 f12">
        {lab
          ? `This lab runs ${counts.components} components as real processes, in ${counts.places} places, with measured round-trip times.`
          : "Nothing is made up here: each step is done when its data has come in."}
      </p>
      <div
        className="bar welcomebar"
        role="progressbar"
        aria-label="Steps done"
        aria-valuenow={done}
        aria-valuemin={0}
        aria-valuemax={5}
      >
        <span style={{ width: `${(done / Math.max(1, steps.length)) * 100}%`, background: "var(--accent)" }} />
      </div>
      {steps.length === 0 ? <Loading what="the first steps" height={240} /> : null}
      <ol className="welcomesteps">
        {steps.map((step, index) => (
          <StepRow key={step.id} step={step} number={index + 1} isCurrent={step.id === current?.id} />
        ))}
      </ol>
      {steps.length > 0 && current === null ? (
        <div className="row g12 welcomeend">
          <span className="grow">You have seen the whole loop.</span>
          <button type="button" className="ctl lg primary" onClick={close}>
            To the map
          </button>
        </div>
      ) : null}
      <OwnAgents lab={lab} example={example} />
    </section>
  );
}

function StepRow({ step, number, isCurrent }: { step: Step; number: number; isCurrent: boolean }) {
  const { title, words, done, action } = step;
  return (
    <li className={isCurrent ? "on" : ""} aria-current={isCurrent ? "step" : undefined} data-done={done}>
      <span className={isCurrent ? "num now" : "num"} aria-hidden="true">
        {done ? <IconCheck size={14} stroke={2} color="var(--ok)" /> : number}
      </span>
      <div className="col g4 grow">
        <span className="m">
          {title}
          {done ? <span className="sr">, done</span> : null}
        </span>
        <span className="t2 f12">{words}</span>
        {isCurrent ? (
          <div className="row g8 f12" style={{ marginTop: 4 }}>
            <Link className="ctl primary" href={action.href}>
              {action.label}
            </Link>
            <span className="t3">or press</span>
            {action.keys.map((key) => (
              <kbd key={key}>{key}</kbd>
            ))}
          </div>
        ) : null}
      </div>
    </li>
  );
}

/** Agents that stand beside no instance of the lab are somebody's own: the first word of one is told. */
function OwnAgents({ lab, example }: { lab: boolean; example: string }) {
  const trpc = useTRPC();
  const agents = useQuery({ ...trpc.agents.page.queryOptions({ limit: 500 }), refetchInterval: 5_000 }).data?.items ?? [];
  const instances = useQuery(trpc.instances.list.queryOptions()).data;
  const beside = new Set(instances?.map(({ agent }) => agent));
  // Before it is known which agents stand beside instances, none is taken for somebody's own.
  const own = instances ? agents.filter(({ id }) => !beside.has(id)).sort((a, b) => b.createdAt.localeCompare(a.createdAt)) : [];
  const heard = own
    .filter(({ lastSeenAt }) => lastSeenAt !== null)
    .sort((a, b) => (b.lastSeenAt ?? "").localeCompare(a.lastSeenAt ?? ""));
  const [last] = heard;
  return (
    <div className="welcomeown">
      <h2 className="f12 s">Connect your own data centres</h2>
      <CommandLine
        text={lab ? `geostitch agents create --name my-agent --component ${example}` : "geostitch apply -f data-centers.yaml"}
      />
      <span className="st f12 t2" role="status">
        <Glyph meaning={last ? "ok" : "neutral"} />
        {last ? (
          <span>
            Heard from {last.name} <Time at={last.lastSeenAt} />
          </span>
        ) : own.length > 0 ? (
          `Waiting for the first heartbeat of ${own[0]?.name ?? ""}`
        ) : (
          "Waiting for the first heartbeat"
        )}
      </span>
    </div>
  );
}
