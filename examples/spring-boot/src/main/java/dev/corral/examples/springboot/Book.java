package dev.corral.examples.springboot;

/**
 * A row of the table.
 *
 * @param cents the price
 */
public record Book(long id, String title, String author, int cents) {}
