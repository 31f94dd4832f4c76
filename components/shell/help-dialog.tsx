"use client";

import { Dialog } from "../ui/parts.tsx";
import { Link } from "../ui/link.tsx";
import { usePreferences } from "../ui/preferences.ts";
import { SHORTCUTS } from "./key-map.ts";
import { HiddenHead } from "../ui/hidden-head.tsx";

export function HelpDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { singleKeys } = usePreferences();
  const places = [...new Set(SHORTCUTS.map(({ on }) => on))];
  return (
    <Dialog open={open} onClose={onClose} label="Keys and commands">
      <div className="form">
        <h2 className="title">Keys</h2>
        {singleKeys ? null : <p className="note warn">Keys without Ctrl are turned off in the settings; Ctrl K works.</p>}
        <div className="keylist">
          {places.map((place) => (
            <table key={place}>
              <caption className="f12 t3">{place}</caption>
              <HiddenHead columns={["Keys", "What they do"]} />
              <tbody>
                {SHORTCUTS.filter(({ on }) => on === place).map(({ keys, what }) => (
                  <tr key={keys}>
                    <td style={{ width: 96 }}>
                      {keys.split(" ").map((key) => (
                        <kbd key={key} style={{ marginRight: 4 }}>
                          {key}
                        </kbd>
                      ))}
                    </td>
                    <td>{what}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          ))}
        </div>
        <p className="t2 f12">
          The same from a terminal: ./bin/geostitch --help.{" "}
          <Link className="link" href="/welcome" onClick={onClose}>
            Five steps through the console
          </Link>
        </p>
        <button type="button" className="ctl lg" style={{ alignSelf: "end" }} onClick={onClose}>
          Close
        </button>
      </div>
    </Dialog>
  );
}
