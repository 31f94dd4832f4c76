"use client";

import { Dialog } from "../ui/parts.tsx";
import { SHORTCUTS } from "./shortcuts.ts";

export function HelpDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <Dialog open={open} onClose={onClose} label="Keys and commands">
      <div className="form">
        <h2 className="title">Keys</h2>
        <table>
          <thead className="sr">
            <tr>
              <th>Keys</th>
              <th>What they do</th>
            </tr>
          </thead>
          <tbody>
            {SHORTCUTS.map(([keys, what]) => (
              <tr key={keys}>
                <td>
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
        <p className="t2 f12">The same from a terminal: ./bin/geostitch --help</p>
        <button type="button" className="ctl lg" style={{ alignSelf: "end" }} onClick={onClose}>
          Close
        </button>
      </div>
    </Dialog>
  );
}
