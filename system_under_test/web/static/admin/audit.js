// The audit log, newest first.

import { listAudit } from "./api.js";
import { attempt, isOver, part } from "./frame.js";
import { count } from "./format.js";
import { Paging } from "./paging.js";
import { auditTable } from "./audit-table.js";
import { nothing } from "./parts.js";

const SIZE = 25;

function load() {
  if (isOver()) return location.reload();
  return attempt(async () => {
    const page = await listAudit(SIZE, paging.after);
    part("log").replaceChildren(page.items.length ? auditTable(page.items, { withOrder: true }) : nothing("Nothing was done yet."));
    part("log").setAttribute("aria-busy", "false");
    part("summary").textContent = count(page.total, "entry", "entries");
    paging.draw(page);
  });
}

const paging = new Paging(SIZE, load);
load();
