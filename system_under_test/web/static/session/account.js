// The account page: name, signing out, the file of everything, deletion.

import { ShopError, authorised, graphql, signOut } from "./client.js";

const byId = (id) => document.getElementById(id);
const status = byId("account-status");

function say(sentence, kind = "done") {
  status.dataset.kind = kind;
  status.textContent = sentence;
}

const reason = (error) => (error instanceof ShopError ? error.message : "That did not work. Please try again.");

// One thing at a time: the button that began it rests until it is done.
async function doing(button, work) {
  button.disabled = true;
  try {
    await work();
  } catch (error) {
    say(reason(error), "error");
  } finally {
    button.disabled = false;
  }
}

function mark(field, problem, sentence) {
  problem.textContent = sentence;
  if (sentence) {
    field.setAttribute("aria-invalid", "true");
    field.focus();
  } else {
    field.removeAttribute("aria-invalid");
  }
}

// A form with one field, whose refusals stand beneath the field.
function bindForm(form, field, problem, { missing, send }) {
  field.addEventListener("input", () => mark(field, problem, ""));
  form.addEventListener("submit", (submitted) => {
    submitted.preventDefault();
    const value = field.value.trim();
    if (!value) {
      mark(field, problem, missing);
      return;
    }
    doing(form.querySelector("button"), async () => {
      try {
        await send(value);
      } catch (error) {
        if (error.code !== "BAD_INPUT" && error.code !== "CONFLICT") throw error;
        mark(field, problem, error.message);
      }
    });
  });
}

bindForm(byId("profile-form"), byId("profile-name"), byId("profile-problem"), {
  missing: "Please write your name.",
  send: async (name) => {
    const query = "mutation UpdateProfile($input: UpdateProfileInput!) { updateProfile(input: $input) { name } }";
    const data = await graphql("UpdateProfile", query, { input: { name } });
    byId("profile-name").value = data.updateProfile.name;
    say("Your name is saved.");
  },
});

bindForm(byId("delete-form"), byId("delete-email"), byId("delete-problem"), {
  missing: "Please type your e-mail address.",
  send: async (confirmEmail) => {
    const query = "mutation DeleteAccount($confirmEmail: String!) { deleteAccount(confirmEmail: $confirmEmail) }";
    await graphql("DeleteAccount", query, { confirmEmail });
    // The account is gone, whatever becomes of the cookies.
    await signOut().catch(() => {});
    location.assign("/");
  },
});

byId("sign-out").addEventListener("click", (event) =>
  doing(event.currentTarget, async () => {
    await signOut();
    location.assign("/");
  }));

byId("sign-out-everywhere").addEventListener("click", (event) =>
  doing(event.currentTarget, async () => {
    await graphql("SignOutEverywhere", "mutation SignOutEverywhere { signOutEverywhere }");
    await signOut().catch(() => {});
    location.assign("/");
  }));

byId("export").addEventListener("click", (event) =>
  doing(event.currentTarget, async () => {
    const response = await authorised("/account/export");
    if (!response.ok) {
      const answer = await response.json().catch(() => null);
      throw new ShopError(answer?.errors?.[0]?.message ?? "The file could not be made just now. Please try again.");
    }
    const address = URL.createObjectURL(await response.blob());
    const name = /filename="([^"]+)"/.exec(response.headers.get("content-disposition") ?? "")?.[1];
    const link = document.createElement("a");
    link.href = address;
    link.download = name ?? "village-calendar.json";
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
    say("Your data is on its way to your downloads.");
  }));

// Pressed before this module was there, they would have sent their forms nowhere.
for (const button of document.querySelectorAll("button[type=submit][disabled]")) button.disabled = false;

for (const time of document.querySelectorAll("time[data-local]")) {
  const options = { day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit" };
  time.textContent = new Date(time.dateTime).toLocaleString("en-GB", options);
}
