const form = document.getElementById("console-form");
form.addEventListener("submit", async (submitted) => {
  submitted.preventDefault();
  const answer = document.getElementById("console-answer");
  try {
    const response = await fetch("/graphql", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        query: document.getElementById("console-query").value,
        variables: JSON.parse(document.getElementById("console-variables").value || "{}"),
      }),
    });
    answer.textContent = JSON.stringify(await response.json(), null, 2);
  } catch (error) {
    answer.textContent = String(error);
  }
});
