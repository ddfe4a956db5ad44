// A small grid of common emoji next to the free field.

import { element } from "./dom.js";

const COMMON = [
  ["🎂", "Birthday cake"], ["🎉", "Party"], ["🎁", "Present"], ["❤️", "Heart"], ["💍", "Wedding"], ["👶", "Baby"],
  ["🍝", "Dinner"], ["☕", "Coffee"], ["🏖️", "Beach"], ["✈️", "Flight"], ["🚆", "Train"], ["🚲", "Bicycle"],
  ["⚽", "Football"], ["🏊", "Swimming"], ["🎵", "Music"], ["🎭", "Theatre"], ["📚", "Books"], ["🏫", "School"],
  ["🦷", "Dentist"], ["💊", "Medicine"], ["🐶", "Dog"], ["🐱", "Cat"], ["🌱", "Sowing"], ["🌻", "Garden"],
  ["🗑️", "Bins"], ["🔧", "Repair"], ["💶", "Money"], ["⭐", "Star"], ["🎄", "Christmas"], ["🐣", "Easter"],
];

export function makePicker(group, field) {
  group.replaceChildren(...COMMON.map(([emoji, name]) =>
    element("button", {
      type: "button",
      "aria-label": name,
      title: name,
      text: emoji,
      onclick: () => {
        field.value = emoji;
        field.dispatchEvent(new Event("input"));
      },
    })));
}
