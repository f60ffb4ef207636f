using System.Security.Cryptography;
using DataBright.Ethereum;
using Microsoft.AspNetCore.Antiforgery;

namespace DataBright.Node.Web;

/// <summary>
/// Who looks at a page. A wallet's account proves nothing: it only says whose facts to show. A local account is unlocked, and may act
/// without script.
/// </summary>
internal sealed class Visitor
{
    private HttpContext? _context;
    private string? _formToken;

    /// <summary>Null for somebody who only reads.</summary>
    public Address? Account { get; private set; }

    /// <summary>The name of an account whose key is unlocked in this node; null where a wallet holds the key.</summary>
    public string? LocalName { get; private set; }

    /// <summary>Accounts of the data folder can be unlocked here.</summary>
    public bool LocalAccounts { get; private set; }

    /// <summary>The page, with its questions, to come back to.</summary>
    public string Path { get; private set; } = "/";

    /// <summary>What came of the action that led here.</summary>
    public Outcome? Outcome { get; private set; }

    /// <summary>Proves that a form was made by this node for this visitor.</summary>
    public string FormToken =>
        _formToken ??= _context?.RequestServices.GetRequiredService<IAntiforgery>().GetAndStoreTokens(_context).RequestToken ?? "";

    /// <summary>The number under which a form acts once, however often it is sent.</summary>
    public static string NewDeed() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    public void Enter(HttpContext context, bool localAccounts)
    {
        (_context, LocalAccounts) = (context, localAccounts);
        Path = context.Request.Path + context.Request.QueryString;
    }

    /// <summary>Shows the facts of a wallet's account.</summary>
    public void ShowAs(Address account) => Account = account;

    /// <summary>Lets an account of this machine act.</summary>
    public void ActAs(Address account, string name, Outcome? outcome) => (Account, LocalName, Outcome) = (account, name, outcome);
}
