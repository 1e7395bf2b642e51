--[[
  Queues the dead letters of one bucket again, as if they had never failed, or discards them.

  KEYS    lease, queue, due, since, totals, dead
  ARGV    1 to queue them, 0 to discard them
  Result  how many were queued or discarded; a malformed one is not queued, and stays
]]
local parts, letters = partsFrom(2), redis.call('HGETALL', KEYS[6])
if ARGV[1] ~= '1' then
  redis.call('UNLINK', parts.dead)
  return #letters / 2
end
acceptWhenFull(parts)
local replayed = 0
for i = 1, #letters, 2 do
  local letter = unpackDeadLetter(letters[i + 1])
  if letter then
    enqueue(parts, letters[i], letter, letter.since, now)
    replayed = replayed + 1
  end
end
return replayed
