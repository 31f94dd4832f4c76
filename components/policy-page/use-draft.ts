"use client";

import { createParser, throttle, useQueryState } from "nuqs";
import { useCallback, useEffect, useMemo, useState } from "react";
import { policySpecSchema } from "../../server/component-registry/domain/manifest.ts";
import type { PolicyDto } from "../../server/api/shapes/index.ts";
import { keep } from "../ui/keep.ts";
import {
  changesOf,
  percentsOf,
  sameWeights,
  TERMS,
  withWeights,
  type DraftChange,
  type Locks,
  type Spec,
  type TermName,
  type WeightRow,
} from "./draft.ts";

/** Weights in the address, in the order of the page: who gets the link tries the same draft. */
const parseAsWeights = createParser<WeightRow>({
  parse: (text) => {
    const values = text.split("-").map(Number);
    const fits = values.length === TERMS.length && values.every((value) => Number.isInteger(value) && value >= 0 && value <= 100);
    if (!fits || values.every((value) => value === 0)) return null;
    return percentsOf(Object.fromEntries(TERMS.map(({ term }, index) => [term, values[index] ?? 0])));
  },
  serialize: (weights) => TERMS.map(({ term }) => weights[term]).join("-"),
  eq: (a, b) => TERMS.every(({ term }) => a[term] === b[term]),
}).withOptions({ history: "replace", limitUrlUpdates: throttle(400) });

interface Kept {
  readonly baseGeneration: number;
  readonly spec: Spec;
}

export interface Draft {
  readonly spec: Spec;
  readonly weights: WeightRow;
  readonly changes: readonly DraftChange[];
  /** The generation that the draft was begun from. */
  readonly baseGeneration: number;
  readonly locks: Locks;
  readonly toggleLock: (term: TermName) => void;
  readonly setWeights: (weights: WeightRow) => void;
  readonly change: (change: (spec: Spec) => Spec) => void;
  readonly discard: () => void;
}

const keyOf = (user: string, policy: string): string => `geostitch-draft ${user} ${policy}`;

/** A draft belongs to one person and one browser, and changes nothing until it is published. */
export function useDraft(published: PolicyDto, user: string): Draft {
  const { name, generation } = published.metadata;
  const [shared, setShared] = useQueryState("w", parseAsWeights);
  const [kept, setKept] = useState<Kept | null>(() => beginWith(published, readKept(user, name), shared));
  const [locks, setLocks] = useState<Locks>(new Set());
  const spec = kept?.spec ?? published.spec;
  const changes = useMemo(() => changesOf(published.spec, spec), [published.spec, spec]);
  // A draft without changes is none: kept, it would undo what somebody else publishes next.
  if (kept !== null && changes.length === 0) setKept(null);
  const weights = useMemo(() => percentsOf(spec.weights), [spec.weights]);
  useEffect(() => {
    keep(keyOf(user, name), kept);
  }, [user, name, kept]);
  const change = useCallback(
    (next: (spec: Spec) => Spec): void =>
      setKept((before) => ({ baseGeneration: before?.baseGeneration ?? generation, spec: next(before?.spec ?? published.spec) })),
    [generation, published.spec],
  );
  return {
    spec,
    weights,
    changes,
    baseGeneration: kept?.baseGeneration ?? generation,
    locks,
    toggleLock: (term) =>
      setLocks((before) => (before.has(term) ? new Set([...before].filter((one) => one !== term)) : new Set([...before, term]))),
    setWeights: (next) => {
      change((before) => withWeights(before, published.spec, next));
      // The same holds for the weights in the address: those that are published are nobody's draft.
      void setShared(sameWeights(next, percentsOf(published.spec.weights)) ? null : next);
    },
    change,
    discard: () => {
      setKept(null);
      void setShared(null);
    },
  };
}

function beginWith(published: PolicyDto, kept: Kept | null, shared: WeightRow | null): Kept | null {
  if (shared === null) return kept;
  const spec = kept?.spec ?? published.spec;
  return {
    baseGeneration: kept?.baseGeneration ?? published.metadata.generation,
    spec: withWeights(spec, published.spec, shared),
  };
}

/** What this browser kept; a draft that an older console wrote is filled in, one that cannot be read is none. */
function readKept(user: string, policy: string): Kept | null {
  try {
    const kept = JSON.parse(window.localStorage.getItem(keyOf(user, policy)) ?? "null") as Kept | null;
    if (kept === null || typeof kept.baseGeneration !== "number") return null;
    const parsed = policySpecSchema.safeParse(kept.spec);
    return parsed.success ? { baseGeneration: kept.baseGeneration, spec: parsed.data } : null;
  } catch {
    return null;
  }
}
