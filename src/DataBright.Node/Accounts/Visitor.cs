using System.Security.Cryptography;
using DataBright.Ethereum;
using DataBright.Node.Actions;
using Microsoft.AspNetCore.Antiforgery;

namespace DataBright.Node.Accounts;

/// <summary>
/// Who looks at a page. A wallet's account stands in a cookie that proves nothing: it only says whose facts to show. A local account is
/// proved by its session, and may act without script.
/// </summary>
internal sealed class Visitor
{
    public const string WalletCookie = "account", SessionCookie = "databright-session";

    private HttpContext? _context;
    private string? _formToken;

    /// <summary>Null for somebody who only reads.</summary>
    public Address? Account { get; private set; }

    /// <summary>The key is unlocked in this node; null where a wallet holds it.</summary>
    public LocalSession? Session { get; private set; }

    /// <summary>Accounts of the data folder can be unlocked here.</summary>
    public bool LocalAccounts { get; private set; }

    /// <summary>The page, with its questions, to come back to.</summary>
    public string Path { get; private set; } = "/";

    /// <summary>What came of the action that led here.</summary>
    public Outcome? Outcome { get; private set; }

    /// <summary>Proves that a form was made by this node for this visitor.</summary>
    public string FormToken => _formToken ??= _context?.RequestServices.GetRequiredService<IAntiforgery>().GetAndStoreTokens(_context).RequestToken ?? "";

    /// <summary>The number under which a form acts once, however often it is sent.</summary>
    public static string NewDeed() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    public void Enter(HttpContext context, LocalSessions? sessions)
    {
        _context = context;
        LocalAccounts = sessions is not null;
        Path = context.Request.Path + context.Request.QueryString;
        if (sessions is not null && context.Request.Cookies[SessionCookie] is { Length: 64 } token && sessions.Find(token) is { } session)
        {
            (Session, Account) = (session, session.Account.Address);
            if (context.Request.Query["deed"] is [{ } number]) Outcome = session.OutcomeOf(number);
        }
        else if (context.Request.Cookies[WalletCookie] is { Length: 42 } text && Address.TryParse(text, out var account)) Account = account;
    }
}
