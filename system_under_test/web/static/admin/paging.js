// Pages by cursor. The address names the page, so that it can be kept and sent; the way back is kept with it.

import { part } from "./frame.js";
import { number } from "./format.js";

export class Paging {
  // `load` shows the page that the address names.
  constructor(size, load) {
    this.size = size;
    this.load = load;
    this.endCursor = null;
    part("first-page").addEventListener("click", () => this.go(null, []));
    part("previous-page").addEventListener("click", () => this.go(this.trail.at(-1), this.trail.slice(0, -1)));
    part("next-page").addEventListener("click", () => this.go(this.endCursor, this.trail && [...this.trail, this.after]));
    addEventListener("popstate", () => load());
  }

  get after() {
    return new URLSearchParams(location.search).get("after");
  }

  // The cursors of the pages before this one; null on a page that was opened by its address.
  get trail() {
    return this.after === null ? [] : history.state?.trail ?? null;
  }

  async go(cursor, trail) {
    const address = new URL(location);
    if (cursor === null) address.searchParams.delete("after");
    else address.searchParams.set("after", cursor);
    history.pushState({ trail }, "", address);
    await this.load();
    part("room").scrollIntoView();
  }

  draw(page) {
    const { trail } = this;
    this.endCursor = page.endCursor;
    part("first-page").hidden = this.after === null;
    part("previous-page").hidden = !trail?.length;
    part("next-page").hidden = !page.hasMore;
    part("paging").hidden = this.after === null && !page.hasMore;
    const before = trail ? trail.length * this.size : null;
    part("place").textContent = before === null || page.items.length === 0
      ? `${number(page.total)} in all`
      : `${number(before + 1)}–${number(before + page.items.length)} of ${number(page.total)}`;
  }
}
