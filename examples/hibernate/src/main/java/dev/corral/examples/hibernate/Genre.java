package dev.corral.examples.hibernate;

/** The genre of a book. */
public enum Genre {
  FANTASY,
  SCIENCE_FICTION
}
