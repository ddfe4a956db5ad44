// A number with a button on either side. The field itself takes typing and arrow keys.

export function bindStepper(box, { onChange, onRefused }) {
  const input = box.querySelector("input");
  const [fewer, more] = box.querySelectorAll("button");
  const least = Number(input.min);
  const most = Number(input.max);
  let good = Number(input.value);

  function limit() {
    fewer.disabled = good <= least;
    more.disabled = good >= most;
  }

  function set(number) {
    good = number;
    input.value = String(number);
    limit();
  }

  function step(by) {
    const number = Math.min(most, Math.max(least, good + by));
    if (number === good) return;
    const focused = document.activeElement;
    set(number);
    // A button that reaches the limit is disabled and would lose the keyboard's place.
    if (focused?.disabled) input.focus();
    onChange(number);
  }

  fewer.addEventListener("click", () => step(-1));
  more.addEventListener("click", () => step(1));
  input.addEventListener("change", () => {
    const number = Number(input.value);
    if (input.value.trim() === "" || !Number.isInteger(number) || number < least || number > most) {
      set(good);
      onRefused(`Please choose a number from ${least} to ${most}.`);
    } else if (number !== good) {
      set(number);
      onChange(number);
    }
  });
  limit();
  return { set, value: () => good };
}
