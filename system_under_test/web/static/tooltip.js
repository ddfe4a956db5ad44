// Puts an opened help beside its button, inside of the window, and says whether it is open. Opening, closing with Esc
// and giving the keyboard back are the browser's own.

const GAP = 8; // pixels between help, button and the window's edges

const buttonOf = (box) => document.querySelector(`[popovertarget="${box.id}"]`);
const within = (wanted, size, room) => Math.max(GAP, Math.min(wanted, room - size - GAP));

function place(box) {
  const button = buttonOf(box).getBoundingClientRect();
  const { width, height } = box.getBoundingClientRect();
  const { clientWidth, clientHeight } = document.documentElement;
  const below = button.bottom + GAP;
  const fits = below + height + GAP <= clientHeight || button.top - GAP - height < GAP;
  box.style.left = `${within(button.left + button.width / 2 - width / 2, width, clientWidth)}px`;
  box.style.top = `${within(fits ? below : button.top - GAP - height, height, clientHeight)}px`;
}

for (const box of document.querySelectorAll("[data-tip]")) {
  const follow = () => place(box);
  // Not seen in the middle of the window before it is where it belongs.
  box.addEventListener("beforetoggle", ({ newState }) => box.classList.toggle("is-placed", newState === "closed"));
  box.addEventListener("toggle", ({ newState }) => {
    const isOpen = newState === "open";
    buttonOf(box).setAttribute("aria-expanded", String(isOpen));
    if (isOpen) place(box);
    box.classList.add("is-placed");
    for (const target of [window, window.visualViewport]) {
      for (const kind of ["scroll", "resize"]) target?.[isOpen ? "addEventListener" : "removeEventListener"](kind, follow, { passive: true });
    }
  });
}
document.documentElement.dataset.tips = "ready";
