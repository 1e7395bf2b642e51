--[[
  Queues dead letters of one bucket again, as if they had never failed, or discards them.

  KEYS    lease, queue, due, since, totals, dead
  ARGV    1 to queue them, 0 to discard them; then the keys of the letters, or none for all; a key
          may occur twice, because HSCAN may repeat it
  Result  how many were queued or discarded; a malformed one is not queued, and stays
]]
local parts, queues, all, count = partsFrom(2), ARGV[1] == '1', #ARGV == 1, 0
if all and not queues then
  count = redis.call('HLEN', parts.dead)
  redis.call('UNLINK', parts.dead)
  return count
end

acceptWhenFull(parts)
local keys = all and redis.call('HKEYS', parts.dead) or {unpack(ARGV, 2)}
for _, key in ipairs(keys) do
  local bytes = redis.call('HGET', parts.dead, key)
  local letter = bytes and unpackDeadLetter(bytes)
  if queues and letter then
    enqueue(parts, key, letter, letter.since, now)
    count = count + 1
  elseif not queues then
    count = count + redis.call('HDEL', parts.dead, key)
  end
end
return count
