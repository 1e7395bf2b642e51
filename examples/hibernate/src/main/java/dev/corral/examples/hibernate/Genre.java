package dev.corral.examples.hibernate;

/** What kind of story a book tells. */
public enum Genre {
  FANTASY,
  SCIENCE_FICTION
}
