-- What the scripts share. `address` (where the milter listens) is given with -D.

-- miltertest says nothing about an error but its exit code.
function fail(what)
  local place = debug.getinfo(3, "Sl")
  mt.echo(place.short_src .. ":" .. place.currentline .. ": " .. what)
  error(what)
end

function check(what, problem)
  if problem ~= nil then fail(what .. ": " .. tostring(problem)) end
end

function same(what, got, wanted)
  if got ~= wanted then fail(what .. ": expected " .. tostring(wanted) .. ", got " .. tostring(got)) end
end

function truly(what, fact)
  if not fact then fail(what .. ": is not so") end
end

-- The manual says actions and then steps; miltertest 1.5 takes them the other way round.
function open(version, actions, steps)
  local conn = mt.connect(address)
  if conn == nil then fail("no connection to " .. address) end
  check("negotiation", mt.negotiate(conn, version, steps, actions))
  return conn
end

function greet(conn)
  check("connect", mt.conninfo(conn, "mail.sender.test", "192.0.2.1"))
  check("helo", mt.helo(conn, "mail.sender.test"))
end

-- From MAIL to the end of the body, with one recipient.
function send(conn, recipient, ...)
  check("mail", mt.mailfrom(conn, "<ann@sender.test>"))
  check("rcpt", mt.rcptto(conn, recipient))
  same("the reply to rcpt", mt.getreply(conn), SMFIR_CONTINUE)
  check("header", mt.header(conn, "From", " <ann@sender.test>"))
  for _, field in ipairs({ ... }) do check("header", mt.header(conn, field[1], field[2])) end
  if not mt.test_option(conn, SMFIP_NOEOH) then check("eoh", mt.eoh(conn)) end
  check("body", mt.bodystring(conn, "Good day.\r\n"))
  check("eom", mt.eom(conn))
end
