// What Scalar's page does not say by itself: the language that it is written in.
document.documentElement.lang = "en";

export default {};
