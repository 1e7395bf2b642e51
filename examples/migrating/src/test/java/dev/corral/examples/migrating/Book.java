package dev.corral.examples.migrating;

import java.io.Serializable;

/**
 * What the examples cache. Hazelcast and Spring's default need it serializable, Corral does not.
 *
 * @param title of the book
 * @param price in cents
 */
public record Book(String title, int price) implements Serializable {}
