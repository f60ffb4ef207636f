namespace DataBright.Ethereum;

/// <summary>A keystore that cannot be opened: damaged, of an unknown kind, too costly, or the password is wrong.</summary>
public sealed class KeystoreException(string message, bool isPassword = false)
    : DataBrightException(isPassword ? FailureKind.Denied : FailureKind.Malformed, message)
{
    /// <summary>Whether another password may open it; otherwise none will.</summary>
    public bool IsPassword => isPassword;
}
