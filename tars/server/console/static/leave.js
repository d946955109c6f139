/** Signs out, and leads to the login. */
export async function leave() {
  await fetch("/logout", { method: "POST" });
  location.assign("/login");
}
