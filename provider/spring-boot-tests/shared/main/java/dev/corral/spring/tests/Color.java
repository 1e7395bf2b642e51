package dev.corral.spring.tests;

/** An enum as a key. The class of a constant with a body is not the class of the enum. */
public enum Color {
  RED,
  GREEN {
    @Override
    public int hue() {
      return 120;
    }
  },
  BLUE;

  /** An angle in degrees. */
  public int hue() {
    return 0;
  }
}
