package dev.corral.examples.quickstart;

import java.io.Serializable;

/**
 * A row of the table.
 *
 * @param code of ISO 3166
 * @param currency the code of ISO 4217; empty for Antarctica and its like
 */
public record Country(String code, String name, String currency) implements Serializable {}
