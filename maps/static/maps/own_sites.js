/* A file that is chosen is analysed at once: the help of the field says so. */
const file = document.getElementById("own-file");
file.addEventListener("change", () => file.files.length && file.form.requestSubmit());
