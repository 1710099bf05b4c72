//! The services of AWS that this crate speaks to, by the names that their hosts and signatures have; it knows no region.

/// A service of AWS that this crate speaks to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Service {
    /// Bedrock's models.
    BedrockRuntime,
    /// Bedrock's control plane.
    Bedrock,
    /// Cognito identity pools.
    CognitoIdentity,
    /// The Security Token Service.
    Sts,
}

impl Service {
    /// The name in its hosts.
    pub const fn host_name(self) -> &'static str {
        match self {
            Self::BedrockRuntime => "bedrock-runtime",
            Self::Bedrock => "bedrock",
            Self::CognitoIdentity => "cognito-identity",
            Self::Sts => "sts",
        }
    }

    /// The service with that name in its hosts.
    pub fn hosted(name: &str) -> Option<Self> {
        let all = [Self::BedrockRuntime, Self::Bedrock, Self::CognitoIdentity, Self::Sts];
        all.iter().find(|service| service.host_name() == name).copied()
    }

    /// The name in a signature's scope.
    pub const fn signing_name(self) -> &'static str {
        match self {
            Self::BedrockRuntime | Self::Bedrock => "bedrock",
            Self::CognitoIdentity => "cognito-identity",
            Self::Sts => "sts",
        }
    }
}
