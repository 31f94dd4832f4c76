import type { Wiring } from "../platform/wiring.ts";

/** Cuts a data centre of the lab off from all others, or joins it to them again; everything in it goes on running. */
export async function cutOff({ lab }: Wiring, place: string, cut: boolean): Promise<void> {
  if (lab === null) throw new Error("the product runs without its lab");
  const headers = { authorization: `Bearer ${lab.token}` };
  const init = { method: "PUT", headers, body: JSON.stringify({ name: place, cut }) };
  const answer = await fetch(`${lab.controlUrl}/v1/places`, init);
  if (!answer.ok) throw new Error(`the lab answered ${answer.status}: ${await answer.text()}`);
}
