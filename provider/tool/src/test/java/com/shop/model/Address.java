package com.shop.model;

/** A record that is a part of others. */
public record Address(String street, int number) {}
