--[[
  The dead letters of a write-behind queue, shared by scripts. A dead letter, big-endian: operation
  (1 byte), attempts (4), first change in ms (8), when it became a dead letter in ms (8), the order
  of the change (32, see queue.lua), length of the reason (4), reason, value.

  KEYS, ARGV  none: these are functions for the script that follows
  Result      none
]]
local DEAD_LETTER = '>BI4I8I8' .. ORDER .. 'I4'

local function packDeadLetter(record, attempts, since, reason)
  local order = record.order
  return struct.pack(DEAD_LETTER, record.operation, attempts, since, now, order.writer,
    order.number, order.earliest, order.latest, #reason) .. reason .. record.value
end

-- Nil if it is malformed.
local function unpackDeadLetter(bytes)
  if #bytes < struct.size(DEAD_LETTER) then return nil end
  local operation, attempts, since, created, writer, number, earliest, latest, length, from =
    struct.unpack(DEAD_LETTER, bytes)
  return {operation = operation, since = since,
    order = orderOf(writer, number, earliest, latest), value = string.sub(bytes, from + length)}
end
