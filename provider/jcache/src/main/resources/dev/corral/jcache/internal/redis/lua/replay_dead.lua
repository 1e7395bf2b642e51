--[[
  Queues the parked writes of one bucket again, as if they had never failed, or forgets them.

  KEYS    lease, queue, due, since, totals, dead
  ARGV    1 to queue them, 0 to forget them
  Result  how many they were
]]
local parts, letters = partsFrom(2), redis.call('HGETALL', KEYS[6])
redis.call('UNLINK', parts.dead)
for i = 1, #letters, 2 do
  local operation, attempts, since, parked, length, from = struct.unpack('>BI4I8I8I4', letters[i + 1])
  if ARGV[1] == '1' then
    enqueue(parts, letters[i], operation, string.sub(letters[i + 1], from + length),
      {changed = since, first = since, due = now})
  end
end
return #letters / 2
