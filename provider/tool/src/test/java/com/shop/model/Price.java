package com.shop.model;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.math.BigDecimal;

/** A class with its own Java serialization. */
public final class Price implements Serializable {

  private static final long serialVersionUID = 1L;

  private final BigDecimal amount;
  private transient String currency;

  /** A price. */
  public Price(String amount, String currency) {
    this.amount = new BigDecimal(amount);
    this.currency = currency;
  }

  /** The amount. */
  public BigDecimal amount() {
    return amount;
  }

  private void writeObject(ObjectOutputStream out) throws IOException {
    out.defaultWriteObject();
    out.writeObject(currency);
  }

  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    in.defaultReadObject();
    currency = (String) in.readObject();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Price price
        && price.amount.equals(amount)
        && price.currency.equals(currency);
  }

  @Override
  public int hashCode() {
    return amount.hashCode();
  }
}
