/* Addresses are suggested as one types one's own; the one chosen is sent in the form's body, as when typed whole. */
import { complete } from "../maps/completion.js";

const form = document.querySelector("form.find");
const [options, status] = ["place-options", "place-status"].map((id) => document.getElementById(id));

complete(form.elements.address, options, status, () => form.requestSubmit());
