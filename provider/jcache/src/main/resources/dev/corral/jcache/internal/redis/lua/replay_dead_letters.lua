--[[
  Queues the dead letters of one bucket again, as if they had never failed, or discards them.

  KEYS    lease, queue, due, since, totals, dead
  ARGV    1 to queue them, 0 to discard them
  Result  how many there were
]]
local parts, letters = partsFrom(2), redis.call('HGETALL', KEYS[6])
redis.call('UNLINK', parts.dead)
for i = 1, ARGV[1] == '1' and #letters or 0, 2 do
  local letter = unpackDeadLetter(letters[i + 1])
  enqueue(parts, letters[i], letter, letter.since, now)
end
return #letters / 2
