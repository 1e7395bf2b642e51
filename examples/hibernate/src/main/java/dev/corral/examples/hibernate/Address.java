package dev.corral.examples.hibernate;

import jakarta.persistence.Embeddable;

/** A postal address. */
@Embeddable
public record Address(String street, String city) {}
