package dev.corral.examples.patterns;

import java.io.Serializable;

/**
 * A row of the table.
 *
 * @param code the country code of ISO 3166
 * @param name in English
 * @param currency the currency code of ISO 4217; empty if there is no currency, as in Antarctica
 */
public record Country(String code, String name, String currency) implements Serializable {}
