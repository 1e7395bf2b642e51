package dev.corral.examples.hibernate.warehouse;

import java.io.Serializable;

/** A class that no cache allows; Hibernate stores objects of it whole. */
record Part(String number) implements Serializable {}
