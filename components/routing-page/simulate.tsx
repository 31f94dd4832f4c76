"use client";

import { useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import { useTRPC } from "../trpc/client.ts";
import { CommandLine, Loading, Problem } from "../ui/parts.tsx";
import { usePlaceNames } from "../ui/place-name.tsx";
import { Glyph } from "../ui/status.tsx";
import { cityLabel, fromOption, placeOf, reasonsOf, type City } from "./prepare.ts";

interface SimulateProps {
  readonly component: string;
  /** What was asked, from the address; empty before. */
  readonly asked: string;
  readonly ask: (text: string) => void;
}

async function readCities(): Promise<readonly City[]> {
  const answer = await fetch("/map/cities.json");
  if (!answer.ok) throw new Error(`the list of cities answered ${answer.status}`);
  return (await answer.json()) as City[];
}

/** Where would a user of a place go, and why: answered by the server, with the gateway's own functions. */
export function Simulate({ component, asked, ask }: SimulateProps) {
  const id = useId();
  const [text, setText] = useState(asked);
  const cities = useQuery({
    queryKey: ["cities"],
    queryFn: readCities,
    staleTime: Number.POSITIVE_INFINITY,
    refetchInterval: false,
  });
  const from = cities.data && asked !== "" ? placeOf(asked, cities.data) : null;
  return (
    <section className="card pad col g12" aria-label="Where a user would go">
      <h2 className="hd">Where would a user go, and why</h2>
      <form
        className="row g8"
        onSubmit={(event) => {
          event.preventDefault();
          ask(text.trim());
        }}
      >
        <input
          list={id}
          value={text}
          onChange={(event) => setText(event.target.value)}
          placeholder="A city, a country, or an IP address"
          aria-label="Where the user is"
        />
        <datalist id={id}>
          {(cities.data ?? []).map((city) => (
            <option key={cityLabel(city)} value={cityLabel(city)} />
          ))}
        </datalist>
        <button type="submit" className="ctl lg primary" disabled={text.trim() === ""}>
          Ask
        </button>
      </form>
      {cities.error ? <Problem error={cities.error} retry={() => void cities.refetch()} /> : null}
      {asked === "" ? (
        <p className="t2 f12">
          Such as São Paulo, Japan, or 177.8.8.8. The answer names the entry, the instance, and the runner-up.
        </p>
      ) : null}
      {asked !== "" && cities.data && from === null ? (
        <p className="note warn">
          “{asked}” is no place that is known here. A country by its name, an address, or latitude, longitude do, too.
        </p>
      ) : null}
      {from ? <Answer component={component} who={asked} from={from} /> : null}
    </section>
  );
}

function Answer({ component, who, from }: { component: string; who: string; from: NonNullable<ReturnType<typeof placeOf>> }) {
  const nameOf = usePlaceNames();
  const answer = useQuery({ ...useTRPC().routing.simulate.queryOptions({ component, ...from }), refetchInterval: 10_000 });
  if (answer.error) return <Problem error={answer.error} retry={() => void answer.refetch()} />;
  if (!answer.data) return <Loading what="the answer" height={90} />;
  return (
    <div className="col g8" role="status">
      <ol className="routereasons">
        {reasonsOf(answer.data, who, nameOf).map((reason) => (
          <li key={reason}>{reason}</li>
        ))}
      </ol>
      {answer.data.notes.map(({ code, message }) => (
        <p key={code} className="st f12 notewrap">
          <Glyph meaning="warn" />
          <span>{message}</span>
        </p>
      ))}
      <CommandLine text={`geostitch route ${component} ${fromOption(from)}`} />
    </div>
  );
}
