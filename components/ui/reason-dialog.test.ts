import { createElement, type ComponentProps } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { ReasonDialog } from "./reason-dialog.tsx";

const IDLE = { error: null, isPending: false, reset: () => undefined };
const shown = (props: Partial<ComponentProps<typeof ReasonDialog>>): string =>
  renderToStaticMarkup(
    createElement(ReasonDialog, {
      open: true,
      onClose: () => undefined,
      label: "Drain it",
      confirm: "Drain",
      run: IDLE,
      act: () => undefined,
      ...props,
    }),
  );
const isOff = (html: string): boolean => /<button type="submit"[^>]*disabled=""/.test(html);
const withReason = (reason: string) => ({ shared: [reason, () => undefined] as const });

test("what needs a reason is off until there is one, and while it is asked for", () => {
  expect(isOff(shown(withReason("  ")))).toBe(true);
  expect(isOff(shown(withReason("Its host is replaced")))).toBe(false);
  expect(isOff(shown({ reason: "optional" }))).toBe(false);
  expect(isOff(shown({ reason: "optional", isReady: false }))).toBe(true);
  expect(isOff(shown({ ...withReason("x"), run: { ...IDLE, isPending: true } }))).toBe(true);
});

test("a refusal and the command with its quoted reason are shown; what keeps no reason asks for none", () => {
  const command = (reason: string): string => `geostitch drain x --reason ${reason}`;
  const html = shown({ ...withReason('a "b"'), command, run: { ...IDLE, error: { message: "It is gone." } } });
  expect(html).toContain("It is gone.");
  expect(html).toContain("--reason &quot;a \\&quot;b\\&quot;&quot;");
  expect(shown({ reason: "none" })).not.toContain("<textarea");
});
