"use client";

import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "../trpc/client.ts";
import { CommandLine, KeyValues } from "../ui/parts.tsx";
import { setPreferences, usePreferences } from "../ui/preferences.ts";
import { Segmented } from "../ui/segmented.tsx";

/** What this installation is, and whose data it shows. */
export function SettingsPage() {
  const overview = useQuery(useTRPC().world.overview.queryOptions());
  const { name, place, gatewayUrl, geoipAttribution, user } = overview.data ?? {};
  const facts = [
    ["World", name ?? "–"],
    ["Orchestrator stands in", place ?? "no data centre"],
    ["Gateway", gatewayUrl ?? "–"],
    ["You", user ? `${user.name}, ${user.role}` : "–"],
  ] as const;
  return (
    <main className="page">
      <h1 className="title">Settings</h1>
      <section className="card pad" style={{ maxWidth: 640 }}>
        <h2 className="hd" style={{ marginBottom: 8 }}>
          This installation
        </h2>
        <KeyValues rows={facts} />
      </section>
      <Appearance />
      <section className="card pad col g8" style={{ maxWidth: 640 }}>
        <h2 className="hd">Keys for programs</h2>
        <p className="t2">A key carries one role and is shown once, on this machine only.</p>
        <CommandLine text="geostitch keys create --name ci --role operator" />
      </section>
      <section className="card pad col g8" style={{ maxWidth: 640 }}>
        <h2 className="hd">Data and licences</h2>
        <p className="t2">
          Base map: Natural Earth by way of world-atlas, public domain. Cities: GeoNames, CC BY 4.0. Round-trip times of the lab:
          Skyplane, 2022.
        </p>
        {geoipAttribution ? (
          <p className="t2">
            <a className="link" href={geoipAttribution.url} rel="noreferrer" target="_blank">
              {geoipAttribution.text}
            </a>
            , CC BY 4.0.
          </p>
        ) : null}
      </section>
    </main>
  );
}

/** How this console looks and listens, for the person at this browser. */
function Appearance() {
  const { zone, singleKeys } = usePreferences();
  return (
    <section className="card pad col g12" style={{ maxWidth: 640 }}>
      <h2 className="hd">Times and keys</h2>
      <div className="row g12 wrap sb">
        <span>
          Times are shown in <span className="t3 f12">(U switches)</span>
        </span>
        <Segmented
          label="Times are shown in"
          value={zone}
          onChange={(next) => setPreferences({ zone: next })}
          options={[
            { value: "utc", label: "UTC" },
            { value: "local", label: "Local time" },
          ]}
        />
      </div>
      <div className="row g12 sb">
        <span id="single-keys">
          Keys without Ctrl do something <span className="t3 f12">(off: only Ctrl K, for who speaks to the computer)</span>
        </span>
        <button
          type="button"
          role="switch"
          className="switch"
          aria-checked={singleKeys}
          aria-labelledby="single-keys"
          onClick={() => setPreferences({ singleKeys: !singleKeys })}
        />
      </div>
    </section>
  );
}
